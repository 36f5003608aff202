/**
 * English words, and names of places where clouds have regions, of which another one is near enough to be taken for it: `cart` and `card`,
 * `shipping` and `shopping`, `austria` and `australia`. People call what they declare so, and who writes one means it.
 */
export const EVERYDAY_WORDS: readonly string[] = (
  "alarm alert allow alloy arena array audio audit australia austria avert award badge bakery band bank base basic batch beach " +
  "beacon beef bill billing bird board boat bold bolt bond bonus book booking boot border bottle bowl brain brand brazil bread " +
  "brick bridge bronze brown budget buffer bulk bundle buyer cable cafe cake call camera camp campaign canada card care cargo " +
  "carrier cart case cash catalog catch cell chain chair charge chart chat check chief child chile china choice city claim claims " +
  "class clean clear click climb clip clone cloud coach coal coast coffee coin cold color comet comment commit common commute " +
  "company compare compute consent contact content contest context contract control convert cook cooking copper copy coral corner " +
  "costume count county coupon course court cover craft crane crash crawl cream created credit crew crop cross crowd crown cruise " +
  "curated curve custom customer cycle daily dance dash date deal dealer death debit debt deck deep deer desk detail device devil " +
  "diary diet digital dish district dock doctor dog door draft dragon drain drama draw dream dress drift drill drink drive driver " +
  "drone drop drum duck dust duty eagle earth eleven email energy engine england entry equal error event exact exam exchange exit " +
  "expert export extra fabric face fact fair faith falcon fall family farm fast fault feed feet fiber field file filter final " +
  "finance finland fire fish fleet flight float floor flow food foot force forest fork form format forum found frame france fraud " +
  "fresh friend fruit fuel fund future gallery game gamer garden gas gate gear germany ghost gift giver glass goal gold good grade " +
  "grain grand grant grape graph grass gray grid ground grow guard guest guide habit hall hand happy harbor hard hash hawk head " +
  "health heart heat heavy help hill hire hold hole holiday home hook horse hospital hotel hour house human hunt hunter iceland " +
  "icon idea image import income index india indiana insight insurance intake invite invoice ireland iron island israel issue italy " +
  "item jacket japan join joint judge jump junior kafka keep kernel kind king kitchen korea label ladder lake lamp land landing " +
  "lane large laser last late latest launch layer leader leads leaf league lean learn lease leave ledger legal lend lender lending " +
  "lens letter level lever library license life lift light lime limit line link lion list listing liver loading loan lobby local " +
  "lock lodger logic login logo london long look loop loose lost love lower lunar lunch machine magic mail maker mall malta manager " +
  "mango manual many maple margin marine mark market marketing mars mask match matter meal measure meat medal media medic medical " +
  "meet member memo menu merchant mercury merge message metal meter method metric middle milan mill mine minor mint mirror mission " +
  "mobile modal modem module money monitor month moon motion motor mount mouse move movie mumbai museum music native nature near " +
  "need nest network news night noise north norway novel nurse object ocean offer office ohio olive oman onion open option orange " +
  "order oregon organ origin oslo other outlet oven owner oxygen pace pack packing page pager paint pair palace panel paper parcel " +
  "parent paris park parking parser partner party pass passage past pasta patch patent path patient pattern pause payer payment " +
  "peach pear peer pending people pepper period person phase phone photo pick picture piece pile pilot pine ping pink pipe pipeline " +
  "place plain plan plane planet plant plate play player plaza plot plug pocket poet point poker poland polar police policy poll " +
  "pony pool port portal post postal poster power press price pricing pride print printer printing prize probe process product " +
  "profile profit program progress project promo proof protect proxy pulse pump punch pupil purge purse push quality quart query " +
  "quest question queue quick quiet quiz quota quote rabbit race radar radio rail rain raise range rank ranking rapid rate rating " +
  "ratio raven reach reader ready real recipe record recruit red reef refund region relay release remote render rental repair reply " +
  "report rescue reset resort rest retail return review reward rice ride rider right ring rise risk river road robot rock rocket " +
  "role roof room root rose rotate rough round route router row royal ruby rule runner rural safe sail saint salad salary sale " +
  "sales salt sample sand satellite save scale scan scene school science score scoring scout screen script seal season seat second " +
  "seed seek seller send sender sending senior sensor seoul series server service session shade shadow shape share shark shift ship " +
  "shipping shirt shock shoes shop shopping shore short show signal signup silver singapore single site size skill slack slave " +
  "sleep slice slot small smart smoke snack snow soap soccer social socket soil solar sold song sort soul sound soup source space " +
  "spain spare spark speech speed spend spice spider spike spin sport spot spring squad square stable stack staff stake stamp star " +
  "start state station steam steel stem step stock stockholm stone stop storage store storing storm story stove stream street " +
  "string strong student studio study style sugar suite summer sun supply support surf survey swap sweden swift switch sydney table " +
  "tail tank tape taper target task taste taxes taxi teacher team tech tenant tender tennis tent term text thing thread throw " +
  "ticket tide tiger tile timer tips title toast token tokyo tone tool topic torch total touch tour tower town toys trace track " +
  "tracker tracking trade trader trading traffic trail trailer train trainer training transfer transit translate travel tree trend " +
  "trial tribe trip truck trucking trust truth tube tunnel turn tutor twin union unit upload upper urban usage valley value vault " +
  "vector vehicle vendor venue version vessel vest victim video view villa village vision visit visitor vital voice voter wage walk " +
  "wall wallet warehouse warm warn wash watch water wave weather wedding week wheel wide wild wind window wine wing winner winter " +
  "wish wolf wonder wood word work worker world worm wrap write yard year yield young youth zebra zurich"
).split(" ");
